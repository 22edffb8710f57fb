#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "model/trace_text.h"
#include "model/trace_words.h"

namespace cow::model {

namespace {

constexpr std::uint32_t any_number = std::numeric_limits<std::uint32_t>::max();
constexpr auto npos = std::string_view::npos;

/// Cuts the first line off `rest`. Looks no further than a line may reach, so that a huge file of
/// noise fails at once.
std::string_view cut_line(std::string_view& rest, std::size_t number) {
  const std::string_view window = rest.substr(0, max_line + 2);  // 2: CR LF
  const std::size_t end = window.find('\n');
  std::string_view line = window.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\0') != npos) throw TraceError(number, "a NUL byte: this is not a text file");
  if (line.size() > max_line) {
    throw TraceError(number, fmt::format("the line is longer than {} bytes", max_line));
  }
  rest.remove_prefix(end == npos ? rest.size() : end + 1);
  return line;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::string all_kinds() {
  std::string words;
  for (int i = 0; i < kind_count; ++i) {
    if (i > 0) words += i + 1 == kind_count ? " or " : ", ";
    words += name(static_cast<Kind>(i));
  }
  return words;
}

class Parser {
 public:
  TraceText parse(std::string_view rest) {
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const std::string_view raw = trim(cut_line(rest, number));
      if (raw.starts_with('#')) comment(raw);
      Line line(raw.substr(0, raw.find('#')), number);
      if (const std::string_view word = line.next(); !word.empty()) statement(line, word);
    }
    if (ops_.empty()) {
      throw TraceError(0,
                       "no operation: a trace needs a line such as \"P0 map p0 4 private write\"");
    }
    return std::move(text_);
  }

 private:
  void comment(std::string_view comment) {
    if (!ops_.empty()) return;
    if (!text_.heading.empty()) text_.heading += '\n';
    text_.heading += comment;
  }

  void statement(Line& line, std::string_view word) {
    if (!text_.verdict.empty()) line.fail("nothing may follow the verdict");
    if (word == "world") return world_line(line);
    if (word == "!") return verdict_line(line);
    if (word.starts_with('P')) return operation(line, word);
    line.fail("unknown word " + quoted(word) +
              ": a line starts with a process such as P0, \"world\", \"!\" or \"#\"");
  }

  void verdict_line(Line& line) {
    text_.verdict = line.need("the verdict, a law or \"pass\",");
    line.end();
  }

  void world_line(Line& line) {
    if (world_seen_) line.fail("a second world");
    if (!ops_.empty()) line.fail("the world must stand before the first operation");
    world_seen_ = true;
    const std::string_view word = line.need("the geometry, tiny or x86-64,");
    const auto geometry = named<Geometry>(word, 2);
    if (!geometry) line.fail(fmt::format("unknown geometry {}: tiny or x86-64", quoted(word)));
    world_ = default_world(*geometry);
    std::array<bool, 14> seen{};
    for (std::string_view pair = line.next(); !pair.empty(); pair = line.next()) {
      bool& again = seen[world_key(line, pair)];
      if (again) line.fail(fmt::format("{}: the key was given before", quoted(pair)));
      again = true;
    }
    if (!complaint(world_).empty()) line.fail(std::string(complaint(world_)));
  }

  /// Takes in "key=value" and returns the key's number.
  std::size_t world_key(const Line& line, std::string_view pair) {
    constexpr std::array<std::string_view, 14> keys = {
        "procs", "cpus",  "pages", "frames", "pool", "count-bits", "cpu-pool",
        "asid",  "nodes", "zswap", "huge",   "zero", "fork",       "flush"};
    constexpr std::array fields = {
        &World::procs,      &World::cpus,     &World::pages, &World::frames, &World::pool,
        &World::count_bits, &World::cpu_pool, &World::asids, &World::nodes,  &World::zswap};
    const std::size_t equals = pair.find('=');
    const auto key =
        static_cast<std::size_t>(std::ranges::find(keys, pair.substr(0, equals)) - keys.begin());
    if (key == keys.size() || equals == npos) {
      line.fail(
          "unknown word " + quoted(pair) +
          ": procs=, cpus=, pages=, frames=, pool=, count-bits=, cpu-pool=, asid=, nodes=, zswap=, "
          "huge=, zero=, fork= or flush=");
    }
    const std::string_view value = pair.substr(equals + 1);
    if (key < fields.size()) {
      world_.*fields[key] = line.number(value, keys[key], 0, any_number);
    } else if (keys[key] == "huge") {
      world_.huge_cow = choice<HugeCow>(line, "huge", value, 2, "split or copy");
    } else if (keys[key] == "flush") {
      world_.flush = choice<Flush>(line, "flush", value, 2, "page or batched");
    } else if (keys[key] == "fork") {
      world_.fork = choice<Fork>(line, "fork", value, 3, "classic, ondemand or eager");
    } else {
      world_.zero_page = choice<ZeroPage>(line, "zero", value, 2, "frame or page");
    }
    return key;
  }

  template <class Enum>
  static Enum choice(const Line& line, std::string_view key, std::string_view value, int count,
                     std::string_view choices) {
    const auto found = named<Enum>(value, count);
    if (!found) line.fail(fmt::format("{}: {} is not {}", key, quoted(value), choices));
    return *found;
  }

  void operation(Line& line, std::string_view who) {
    if (ops_.size() == max_ops) line.fail(fmt::format("more than {} operations", max_ops));
    const std::size_t at = std::min(who.find('@'), who.size());
    Op op;
    op.proc = process(line, who.substr(0, at));
    if (at != who.size()) {
      op.cpu = static_cast<std::uint8_t>(line.index(who.substr(at), "@", "CPUs", world_.cpus));
    }
    const std::string_view word = line.need("an operation");
    const auto kind = named<Kind>(word, kind_count);
    if (!kind) line.fail("unknown operation " + quoted(word) + ": " + all_kinds());
    op.kind = *kind;
    if (at != who.size() && !shape(op.kind).cpu) {
      line.fail("only reads, writes and pins name a CPU");
    }
    operands(line, op);
    options(line, op);
    ops_.push_back(op);
  }

  void operands(Line& line, Op& op) const {
    const Shape& uses = shape(op.kind);
    if (uses.child) op.child = process(line, line.need("the child, such as P1,"));
    if (uses.pin && uses.range != Range::buffer) {
      op.pin = pin(line, line.need("the pin, such as d0,"));
    }
    range(line, uses.range, op);
    if (uses.to) op.to = page(line, line.need("the page to move to, such as p8,"));
    if (uses.sharing) op.sharing = word_of<Sharing>(line, sharing_count, "private or shared");
    if (uses.access) op.access = word_of<Access>(line, access_count, "none, read or write");
    if (uses.advice) {
      op.advice = word_of<Advice>(line, advice_count, "dontfork, dofork, wipeonfork or keeponfork");
    }
    if (uses.value) op.value = line.byte(line.need("the value, such as 0x61,"));
  }

  void range(Line& line, Range kind, Op& op) const {
    if (kind == Range::page) op.page = page(line, line.need("the page, such as p0,"));
    if (kind == Range::pages) {
      op.page = page(line, line.need("the first page, such as p0,"));
      op.count = line.number(line.need("the number of pages"), "count", 0, any_number);
    }
    if (kind == Range::bytes) {
      op.page = page(line, offset(line, line.need("the first byte, such as p0+8,"), op));
    }
    if (kind == Range::buffer) {
      op.pin = pin(line, offset(line, line.need("the first byte, such as d0+8,"), op));
    }
    if (kind == Range::bytes || kind == Range::buffer) {
      op.length = line.number(line.need("the number of bytes"), "length", 0, any_number);
    }
  }

  /// The words that may lack: `huge`, `hugetlb`, `file@p0`, then `oom@k`.
  void options(Line& line, Op& op) const {
    std::string_view word = line.next();
    if (shape(op.kind).huge && word == "huge") {
      op.huge = true;
      word = line.next();
    }
    if (shape(op.kind).huge && word == "hugetlb") {
      op.hugetlb = true;
      word = line.next();
    }
    if (shape(op.kind).file && word.starts_with("file@")) {
      op.file = true;
      op.to = page(line, word.substr(5));
      word = line.next();
    }
    if (word.empty()) return;
    if (!word.starts_with("oom@")) line.fail(fmt::format("{} is one word too many", quoted(word)));
    op.oom = static_cast<std::uint8_t>(line.number(word.substr(4), "oom@", 1, 255));
    line.end();
  }

  /// Takes in what may stand behind a `+`; returns what stands before it.
  std::string_view offset(const Line& line, std::string_view word, Op& op) const {
    const std::size_t plus = word.find('+');
    if (plus == npos) return word;
    op.offset = line.number(word.substr(plus + 1), "offset", 0, page_bytes(world_.geometry) - 1);
    return word.substr(0, plus);
  }

  std::uint32_t page(const Line& line, std::string_view word) const {
    return line.index(word, "p", "pages", world_.pages);
  }

  static std::uint8_t pin(const Line& line, std::string_view word) {
    return static_cast<std::uint8_t>(line.index(word, "d", "pins", max_pins));
  }

  std::uint8_t process(const Line& line, std::string_view word) const {
    return static_cast<std::uint8_t>(line.index(word, "P", "processes", world_.procs));
  }

  template <typename Enum>
  static Enum word_of(Line& line, int count, std::string_view choices) {
    const std::string_view word = line.need(choices);
    const auto value = named<Enum>(word, count);
    if (!value) line.fail(fmt::format("{} is not {}", quoted(word), choices));
    return *value;
  }

  TraceText text_;
  World& world_ = text_.trace.world;
  std::vector<Op>& ops_ = text_.trace.ops;
  bool world_seen_ = false;
};

}  // namespace

TraceText parse(std::string_view text) { return Parser().parse(text); }

}  // namespace cow::model
