"""The push side: what chats subscribed to, what they are to be told, when, and that it reaches them once. Decisions are pure; ``jobs`` acts."""
