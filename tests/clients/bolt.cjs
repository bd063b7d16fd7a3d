// An app of somebody else's: it repeats what is said, and changes its words when the button below them is pressed.
const { App, LogLevel } = require("@slack/bolt");

const { TOKEN, APP_TOKEN, SIGNING_SECRET, PORT, URL } = process.env;
const way = PORT ? { signingSecret: SIGNING_SECRET } : { socketMode: true, appToken: APP_TOKEN };
const app = new App({ token: TOKEN, ...way, logLevel: LogLevel.ERROR, clientOptions: { slackApiUrl: `${URL}/api/` } });
app.message(async ({ message, say }) => {
  const text = `you said ${message.text}`;
  const button = { type: "button", action_id: "a0", value: "1.1:0", text: { type: "plain_text", text: "Yes" } };
  const section = { type: "section", text: { type: "mrkdwn", text } };
  await say({ text, blocks: [section, { type: "actions", elements: [button] }] });
});
app.action("a0", async ({ ack, action, body, client }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `pressed ${action.value}` });
});
app.start(PORT ? Number(PORT) : undefined).then(() => console.log("ready"));
