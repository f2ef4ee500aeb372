"""From the world to stored articles: files are read, cut into sentences, encoded and written. Never runs or renders what it reads."""
