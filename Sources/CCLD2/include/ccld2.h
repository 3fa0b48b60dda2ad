int ccld2_placeholder(void);
