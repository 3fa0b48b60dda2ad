int cencoder_placeholder(void);
