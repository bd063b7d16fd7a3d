// A bot of somebody else's: it repeats what is said, and changes its words when the button below them is pressed.
const { Bot, InlineKeyboard } = require("grammy");

const bot = new Bot(process.env.TOKEN, { client: { apiRoot: process.env.URL } });
bot.on("message:text", (talk) =>
  talk.reply(`you said <b>${talk.message.text}</b>`, {
    parse_mode: "HTML",
    reply_markup: new InlineKeyboard().text("Yes", "1.1:0"),
  }),
);
bot.on("callback_query:data", async (talk) => {
  await talk.answerCallbackQuery();
  await talk.editMessageText(`pressed ${talk.callbackQuery.data}`);
});
bot.start();
