/* The world of the scope "small" for SPIN: 3 processes, 2 pages of 4 KiB, 1 CPU, 20 frames; map,
 * unmap, protect, read, write, fork, exec and exit with copy-on-write; a full-copy reference and
 * the bounds of the law `frugal` beside it. What the explorer does with the real implementation,
 * SPIN does with this model: both tell the same states apart and try the same operations in each
 * (spin_test.cpp compares the numbers). The rival of `./cowcheck bench --only explore`, so it is
 * written to be fast: only what can differ is kept, and what SPIN computes faster in one expression
 * than in a loop is one. */
#define PROCS 3
#define PAGES 2
#define FRAMES 20
#define BLOCKS 5 /* of 4 frames each */
#define AT(p, g) ((p) * PAGES + (g))
#define TABLE(p, l) ((p) * 4 + (l)) /* from the root, l = 0, down to the entries of the pages */
#define FREE(b)                                                                     \
  ((count[4 * (b)] == 0) + (count[4 * (b) + 1] == 0) + (count[4 * (b) + 2] == 0) +  \
   (count[4 * (b) + 3] == 0))

/* Of each process and page: */
byte area[6];     /* 0: not mapped, 1: readable, 2: writable */
byte frame[6];    /* of the entry, plus one; 0: not present */
bit writable[6];  /* the entry */
bit exclusive[6]; /* the entry */
byte tlb[6];      /* 0: nothing cached, 1: for reading, 2: for writing */
byte shown[6];    /* the reference: the value that the process must see */
byte ready[6];    /* what will not fault: 0: nothing, 1: reading, 2: writing */
byte token[6];    /* pages can only share a frame while they carry one token, which is named by the
                   * first of them, plus one; 0: no frame */
/* Of each process: */
bit alive[3];
bit ended[3];     /* was alive, and is not: its root table is none, where it was 0 before */
byte table[12];   /* the frames of its tables, plus one; 0: none */
/* Of each frame: how many hold it, 0: it is free; of a page, its byte. */
byte count[20];
byte value[20];
/* The lists of blocks with every frame free, and with some: blocks, plus one; 0: none. A block that
 * is on neither keeps the neighbours that it had. */
byte next[5], prev[5], whole, broken;
byte touched;     /* so many blocks were ever used */

byte i, f, v, g, b; /* scratch, 0 between operations */

inline link(x, list) {
  next[x] = list;
  prev[x] = 0;
  if
  :: list > 0 -> prev[list - 1] = x + 1
  :: else
  fi;
  list = x + 1
}

inline unlink(x) {
  if
  :: next[x] > 0 -> prev[next[x] - 1] = prev[x]
  :: else
  fi;
  if
  :: prev[x] > 0 -> next[prev[x] - 1] = next[x]
  :: prev[x] == 0 && whole == x + 1 -> whole = next[x]
  :: else -> broken = next[x]
  fi
}

inline take() { /* f: a free frame, the lowest of a block that is in use already */
  assert(broken + whole > 0);
  if
  :: broken > 0 -> b = broken - 1
  :: else -> b = whole - 1
  fi;
  if
  :: FREE(b) == 4 -> unlink(b); link(b, broken)
  :: else
  fi;
  f = 4 * b;
  do
  :: count[f] > 0 -> f++
  :: else -> break
  od;
  count[f] = 1;
  if
  :: FREE(b) == 0 -> unlink(b)
  :: else
  fi;
  if
  :: b >= touched -> touched = b + 1
  :: else
  fi
}

inline put(x) {
  f = x;
  assert(count[f] > 0);
  count[f]--;
  if
  :: count[f] == 0 ->
     value[f] = 0;
     b = f / 4;
     if
     :: FREE(b) == 1 -> link(b, broken)
     :: else
     fi;
     if
     :: FREE(b) == 4 -> unlink(b); link(b, whole)
     :: else
     fi
  :: else
  fi
}

inline take_table(p, l) {
  take();
  table[TABLE(p, l)] = f + 1
}

inline put_table(p, l) {
  put(table[TABLE(p, l)] - 1);
  table[TABLE(p, l)] = 0
}

inline make_tables(p) {
  if
  :: table[TABLE(p, 3)] == 0 -> take_table(p, 1); take_table(p, 2); take_table(p, 3)
  :: else
  fi
}

inline free_empty_tables(p) {
  if
  :: table[TABLE(p, 3)] > 0 && frame[AT(p, 0)] == 0 && frame[AT(p, 1)] == 0 ->
     put_table(p, 3); put_table(p, 2); put_table(p, 1)
  :: else
  fi
}

inline pick() { /* v: a value so that no page has it, nor the one behind it */
  v = 1;
  f = 0;
  do
  :: f == FRAMES -> break
  :: f < FRAMES && (value[f] == v || value[f] == v + 1) -> v++; f = 0
  :: else -> f++
  od
}

inline drop(at) { /* the page carries no token any more */
  if
  :: token[at] == at + 1 -> /* the others name theirs by the next of them */
     i = at + 1;
     do
     :: i < PROCS * PAGES && token[i] != at + 1 -> i++
     :: else -> break
     od;
     v = i + 1;
     do
     :: i == PROCS * PAGES -> break
     :: i < PROCS * PAGES && token[i] == at + 1 -> token[i] = v; i++
     :: else -> i++
     od
  :: else
  fi;
  token[at] = 0
}

inline own_token(at) {
  drop(at);
  token[at] = at + 1
}

inline share_token(from, at) { /* REQUIRES: `at` carries none */
  token[at] = token[from];
  if
  :: token[from] > at + 1 ->
     v = token[from];
     i = 0;
     do
     :: i == PROCS * PAGES -> break
     :: i < PROCS * PAGES && token[i] == v -> token[i] = at + 1; i++
     :: else -> i++
     od
  :: else
  fi
}

inline alone(p, x) { /* i: how many other pages carry this page's token */
  i = 0;
  g = 0;
  do
  :: g == PROCS * PAGES -> break
  :: g < PROCS * PAGES && g != AT(p, x) && token[g] == token[AT(p, x)] -> i++; g++
  :: else -> g++
  od
}

inline faults(p, x, needed) { /* frugal: the page was not ready */
  assert(ready[AT(p, x)] < needed)
}

inline zap(p, x) {
  if
  :: frame[AT(p, x)] > 0 ->
     g = frame[AT(p, x)] - 1;
     frame[AT(p, x)] = 0;
     writable[AT(p, x)] = 0;
     exclusive[AT(p, x)] = 0;
     tlb[AT(p, x)] = 0;
     put(g)
  :: else
  fi;
  area[AT(p, x)] = 0;
  shown[AT(p, x)] = 0;
  ready[AT(p, x)] = 0;
  drop(AT(p, x))
}

inline unmap(p, x) {
  zap(p, x);
  free_empty_tables(p)
}

inline exec(p) {
  zap(p, 0);
  zap(p, 1);
  free_empty_tables(p)
}

inline exit(p) {
  exec(p);
  alive[p] = 0;
  ended[p] = 1;
  put_table(p, 0)
}

inline demand_zero(p, x) {
  make_tables(p);
  take();
  frame[AT(p, x)] = f + 1;
  writable[AT(p, x)] = (area[AT(p, x)] == 2);
  exclusive[AT(p, x)] = 1
}

inline read(p, x) {
  if
  :: frame[AT(p, x)] == 0 -> faults(p, x, 1); demand_zero(p, x)
  :: else
  fi;
  if
  :: tlb[AT(p, x)] == 0 -> tlb[AT(p, x)] = 1 + writable[AT(p, x)]
  :: else
  fi;
  if
  :: ready[AT(p, x)] == 0 -> ready[AT(p, x)] = 1
  :: else
  fi;
  if
  :: token[AT(p, x)] == 0 -> own_token(AT(p, x))
  :: else
  fi;
  assert(value[frame[AT(p, x)] - 1] == shown[AT(p, x)])
}

inline write(p, x) {
  if
  :: tlb[AT(p, x)] != 2 ->
     if
     :: frame[AT(p, x)] == 0 -> faults(p, x, 2); demand_zero(p, x)
     :: frame[AT(p, x)] > 0 && !writable[AT(p, x)] && !exclusive[AT(p, x)] &&
        count[frame[AT(p, x)] - 1] > 1 ->
        faults(p, x, 2);
        alone(p, x);
        assert(i > 0); /* frugal: the copy is needed */
        take();
        g = frame[AT(p, x)] - 1;
        value[f] = value[g];
        frame[AT(p, x)] = f + 1;
        put(g)
     :: frame[AT(p, x)] > 0 && !writable[AT(p, x)] &&
        (exclusive[AT(p, x)] || count[frame[AT(p, x)] - 1] == 1) -> faults(p, x, 2)
     :: else
     fi;
     writable[AT(p, x)] = 1;
     exclusive[AT(p, x)] = 1;
     tlb[AT(p, x)] = 2
  :: else
  fi;
  pick();
  value[frame[AT(p, x)] - 1] = v;
  shown[AT(p, x)] = v;
  ready[AT(p, x)] = 2;
  alone(p, x);
  if
  :: token[AT(p, x)] == 0 || i > 0 -> own_token(AT(p, x))
  :: else
  fi
}

inline protect(p, x, access) {
  area[AT(p, x)] = access;
  ready[AT(p, x)] = 0;
  if
  :: frame[AT(p, x)] > 0 ->
     tlb[AT(p, x)] = 0;
     writable[AT(p, x)] =
       (access == 2 && (exclusive[AT(p, x)] || count[frame[AT(p, x)] - 1] == 1));
     exclusive[AT(p, x)] = (exclusive[AT(p, x)] || writable[AT(p, x)])
  :: else
  fi
}

inline share(p, c, x) {
  area[AT(c, x)] = area[AT(p, x)];
  shown[AT(c, x)] = shown[AT(p, x)];
  share_token(AT(p, x), AT(c, x));
  tlb[AT(p, x)] = 0;
  if
  :: ready[AT(p, x)] == 2 -> ready[AT(p, x)] = 1
  :: else
  fi;
  if
  :: frame[AT(p, x)] > 0 ->
     writable[AT(p, x)] = 0;
     exclusive[AT(p, x)] = 0;
     frame[AT(c, x)] = frame[AT(p, x)];
     count[frame[AT(p, x)] - 1]++
  :: else
  fi
}

inline fork(p, c) {
  take_table(c, 0);
  if
  :: table[TABLE(p, 3)] > 0 -> make_tables(c)
  :: else
  fi;
  share(p, c, 0);
  share(p, c, 1);
  alive[c] = 1;
  ended[c] = 0
}

/* In one expression, which SPIN computes far faster than it goes round a loop. */
#define ENTRIES(f)                                                                  \
  ((frame[0] == (f)) + (frame[1] == (f)) + (frame[2] == (f)) + (frame[3] == (f)) +  \
   (frame[4] == (f)) + (frame[5] == (f)))
#define TABLES(p, f)                                                                \
  ((table[TABLE(p, 0)] == (f)) + (table[TABLE(p, 1)] == (f)) +                      \
   (table[TABLE(p, 2)] == (f)) + (table[TABLE(p, 3)] == (f)))

#define IN_USE(t)                                                                   \
  ((table[t] > 0) + (table[(t) + 1] > 0) + (table[(t) + 2] > 0) + (table[(t) + 3] > 0))
#define TOKENS                                                                      \
  ((token[0] == 1) + (token[1] == 2) + (token[2] == 3) + (token[3] == 4) +          \
   (token[4] == 5) + (token[5] == 6))

/* Every block of a list lies between its neighbours, and has every frame free or some. g: so many
 * blocks are on lists. */
inline audit_list(list, all) {
  v = 0;
  i = list;
  do
  :: i > 0 ->
     assert(prev[i - 1] == v && FREE(i - 1) > 0 && (FREE(i - 1) == 4) == all);
     g++;
     v = i;
     i = next[i - 1]
  :: else -> break
  od
}

/* What the explorer judges in a new state, the laws isolation, exact-count, no-leak, sole-writer,
 * permission, tlb-coherent and frugal: the bytes, the counts, what entries and translations allow,
 * that nothing outlasts the last process, that there are no more pages than can be needed, that
 * tables are not empty, and the lists of the allocator. */
inline audit() {
  g = 0;
  f = 0;
  do
  :: f < FRAMES ->
     assert(count[f] == ENTRIES(f + 1) + TABLES(0, f + 1) + TABLES(1, f + 1) + TABLES(2, f + 1));
     g = g + (count[f] > 0);
     f++
  :: else -> break
  od;
  assert(alive[0] || alive[1] || alive[2] || g == 0);
  assert(g <= IN_USE(0) + IN_USE(4) + IN_USE(8) + TOKENS);
  i = 0;
  do
  :: i < PROCS * PAGES ->
     assert(frame[i] == 0 ||
       (value[frame[i] - 1] == shown[i] &&
        area[i] > 0 &&
        (!writable[i] || (exclusive[i] && area[i] == 2)) &&
        (!exclusive[i] || count[frame[i] - 1] == 1) &&
        (tlb[i] != 2 || writable[i])));
     assert(frame[i] > 0 || (tlb[i] == 0 && shown[i] == 0));
     i++
  :: else -> break
  od;
  i = 0;
  do
  :: i < PROCS ->
     assert(!(alive[i] && ended[i]) && alive[i] == (table[TABLE(i, 0)] > 0));
     assert((table[TABLE(i, 3)] > 0) == (frame[AT(i, 0)] + frame[AT(i, 1)] > 0));
     i++
  :: else -> break
  od;
  g = 0;
  audit_list(whole, 1);
  audit_list(broken, 0);
  assert(g == (FREE(0) > 0) + (FREE(1) > 0) + (FREE(2) > 0) + (FREE(3) > 0) + (FREE(4) > 0));
  i = 0; f = 0; v = 0; g = 0; b = 0
}

/* What is refused, or changes nothing, is tried as well, and leads back to the same state. */
#define EITHER(allowed, step)                                                       \
  :: d_step { allowed -> step; audit() }                                            \
  :: !(allowed)

#define PAGE_OPS(p, x)                                                              \
  EITHER(alive[p] && area[AT(p, x)] == 0, area[AT(p, x)] = 2)                       \
  EITHER(alive[p] && area[AT(p, x)] > 0, read(p, x))                                \
  EITHER(alive[p] && area[AT(p, x)] == 2, write(p, x))                              \
  EITHER(alive[p] && area[AT(p, x)] > 0, unmap(p, x))                               \
  EITHER(alive[p] && area[AT(p, x)] > 0, protect(p, x, 1))                          \
  EITHER(alive[p] && area[AT(p, x)] > 0, protect(p, x, 2))

#define PROCESS_OPS(p, q, r)                                                        \
  PAGE_OPS(p, 0)                                                                    \
  PAGE_OPS(p, 1)                                                                    \
  EITHER(alive[p] && !alive[q], fork(p, q))                                         \
  EITHER(alive[p] && !alive[r], fork(p, r))                                         \
  EITHER(false, skip) /* into its own name */                                       \
  EITHER(alive[p], exec(p))                                                         \
  EITHER(alive[p], exit(p))

active proctype world() {
  d_step {
    link(4, whole);
    link(3, whole);
    link(2, whole);
    link(1, whole);
    link(0, whole);
    take_table(0, 0);
    alive[0] = 1;
    audit()
  }
  do
  PROCESS_OPS(0, 1, 2)
  PROCESS_OPS(1, 0, 2)
  PROCESS_OPS(2, 0, 1)
  od
}
