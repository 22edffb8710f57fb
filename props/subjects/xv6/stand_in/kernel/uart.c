/* The serial line, without interrupts. */

#define UART(register) ((volatile unsigned char*)0x10000000 + (register))
#define FCR_FIFO_ENABLE (1 << 0)

enum { DATA = 0, FIFO_CONTROL = 2, LINE_STATUS = 5, READY = 1, EMPTY = 32 };

void uart_init(void) { *UART(FIFO_CONTROL) = FCR_FIFO_ENABLE; }

void uart_put(char c) {
  while ((*UART(LINE_STATUS) & EMPTY) == 0) continue;
  *UART(DATA) = (unsigned char)c;
}

char uart_get(void) {
  while ((*UART(LINE_STATUS) & READY) == 0) continue;
  return (char)*UART(DATA);
}
