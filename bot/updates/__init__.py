"""What happens by itself: the timetable and what it does, and the push side, what chats subscribed to, and that it reaches them once.

Nothing here waits for an update of Telegram's.
"""
