configure_file(${from} ${to} @ONLY)
file(TOUCH ${to})
