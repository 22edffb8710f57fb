/* The serial line, without interrupts. */

#define UART(register) ((volatile unsigned char*)0x10000000 + (register))
#define FCR_FIFO_ENABLE (1 << 0)

enum { DATA = 0, FIFO_CONTROL = 2, LINE_STATUS = 5, READY = 1, EMPTY = 32 };

/* The timer wakes the processor from a wfi: who waits without one keeps QEMU from its work. */
#define TIMER(offset) ((volatile unsigned long*)0x2000000 + (offset) / 8)

enum { WAKE = 0x4000, NOW = 0xbff8, TIMER_WAKES = 1 << 7, TICKS = 500 };

void uart_init(void) {
  *UART(FIFO_CONTROL) = FCR_FIFO_ENABLE;
  asm volatile("csrs mie, %0" ::"r"(TIMER_WAKES));
}

void uart_put(char c) {
  while ((*UART(LINE_STATUS) & EMPTY) == 0) continue;
  *UART(DATA) = (unsigned char)c;
}

char uart_get(void) {
  while ((*UART(LINE_STATUS) & READY) == 0) {
    *TIMER(WAKE) = *TIMER(NOW) + TICKS;
    asm volatile("wfi");
  }
  return (char)*UART(DATA);
}
