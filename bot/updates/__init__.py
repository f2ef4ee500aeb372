"""What happens by itself: the timetable, and what it does. Nothing here waits for an update of Telegram's."""
