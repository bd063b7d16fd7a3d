"""What we know: articles, matching, flows."""
