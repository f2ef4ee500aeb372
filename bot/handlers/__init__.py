"""One function for each thing people do: read the update, call one use case, render, reply. Which update goes where, ``bot.app`` says."""
