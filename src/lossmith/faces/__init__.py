"""Where people meet Lossmith: the command line and the notebook."""
