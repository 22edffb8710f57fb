#include "proofs/story.h"

#include <fmt/format.h>
#include <map>
#include <utility>

namespace cow::proofs {

namespace {

/// Gives the elements of the model short names: "slot 1 (place)", "frame 2".
class Teller {
 public:
  Teller(const z3::model& model, const SmallWorld& world, const Scene& scene, const Path& path)
      : model_(model), scene_(scene) {
    for (const auto& slot : world.points.slots) name(slot, "slot ", slots_);
    for (const auto& frame : world.points.frames) name(frame, "frame ", frames_);
    for (const auto& swap : world.points.swaps) name(swap, "swap ", swaps_);
    const auto any = any_point();
    add_role(scene.place, "place");
    if (uses(path, scene.child)) add_role(scene.child, "child");
    add_role(any.slot, "any");
  }

  std::string picture(const State& state) {
    std::string text;
    for (const auto& slot : slots_) text += "    " + slot_line(state, slot) + "\n";
    for (const auto& frame : frames_) text += "    " + frame_line(state, frame) + "\n";
    for (const auto& swap : swaps_) text += "    " + swap_line(state, swap) + "\n";
    return text;
  }

  std::string deed(const Deed& deed) {
    if (deed.what == "store") return store(deed.with);
    std::string text = deed.what + "(";
    for (std::size_t i = 0; i < deed.with.size(); ++i) {
      text += (i > 0 ? ", " : "") + value(deed.with[i]);
    }
    return text + ")";
  }

 private:
  template <class T>
  void name(const T& term, const char* prefix, std::vector<T>& list) {
    const auto key = evaluated(term.term());
    if (!names_.try_emplace(key, prefix + std::to_string(list.size() + 1)).second) return;
    list.push_back(term);
  }
  void add_role(const Slot& slot, const char* role) {
    roles_[evaluated(slot.term())] += fmt::format(" {}", role);
  }

  static bool uses(const Path& path, const Slot& slot) {
    for (const auto& deed : path.deeds) {
      for (const auto& term : deed.with) {
        if (z3::eq(term, slot.term())) return true;
      }
    }
    return false;
  }

  /// `with` is slot, present, readable, writable, frame, exclusive, swapped, page of swap.
  std::string store(const std::vector<z3::expr>& with) {
    const auto slot = value(with[0]);
    if (is(Cond(with[6]))) {
      return fmt::format("store({}, {}{})", slot, value(with[7]),
                         is(Cond(with[5])) ? " exclusive" : "");
    }
    if (!is(Cond(with[1]))) return fmt::format("store({}, nothing)", slot);
    return fmt::format("store({}, {} {})", slot, value(with[4]),
                       access(Cond(with[2]), Cond(with[3]), Cond(with[5])));
  }

  std::string evaluated(const z3::expr& term) const { return model_.eval(term, true).to_string(); }
  std::string value(const z3::expr& term) {
    const auto key = evaluated(term);
    if (const auto found = names_.find(key); found != names_.end()) return found->second;
    const auto kind = key.find("!val!");
    if (kind == std::string::npos) return key;
    const auto number = key.substr(kind + 5);
    return fmt::format("{} {}", key.substr(0, kind), number);
  }
  bool is(const Cond& condition) const { return holds(model_, condition); }
  std::string access(const Cond& read, const Cond& write, const Cond& exclusive = false) const {
    return fmt::format("{}{}{}", is(read) ? "r" : "-", is(write) ? "w" : "-",
                       is(exclusive) ? " exclusive" : "");
  }

  std::string slot_line(const State& s, const Slot& slot) {
    std::string owner = is(s.is_object(slot)) ? "an object" : value(s.process_of(slot).term());
    std::string line = fmt::format("{}{} of {}", value(slot.term()), roles(slot), owner);
    if (is(s.shared(slot)) && !is(s.is_object(slot))) {
      line += fmt::format(", shared through {}", value(s.object_of(slot).term()));
    }
    if (is(s.cow(slot))) {
      line += fmt::format(", begins as {}", value(s.object_of(slot).term()));
    }
    line += fmt::format(", area {}: ", access(s.may_read(slot), s.may_write(slot)));
    line += is(s.present(slot))
                ? fmt::format("{} {}", value(s.frame(slot).term()),
                              access(s.readable(slot), s.writable(slot), s.exclusive(slot)))
            : is(s.swapped(slot)) ? fmt::format("{}{}", value(s.swap(slot).term()),
                                                is(s.exclusive(slot)) ? " exclusive" : "")
            : is(s.table(slot))
                ? fmt::format("a table of small entries on all parts of {} {}",
                              value(s.frame(slot).term()),
                              access(s.readable(slot), s.writable(slot), s.exclusive(slot)))
                : "nothing present";
    if (is(s.cached(scene_.cpu, slot))) {
      line += fmt::format("; TLB {} {}", value(s.cached_frame(scene_.cpu, slot).term()),
                          is(s.cached_writable(scene_.cpu, slot)) ? "rw" : "r-");
    }
    if (is(s.pending(s.process_of(slot)))) line += "; its process awaits a flush";
    return line;
  }

  std::string roles(const Slot& slot) {
    const auto roles = roles_[evaluated(slot.term())];
    return roles.empty() ? roles : fmt::format(" ({})", roles.substr(1));
  }

  std::string frame_line(const State& s, const Frame& frame) {
    const auto at = any_point().offset;
    return fmt::format("{}: {}count {}, entries {}, of another size {}, pins {}, byte {} is {}",
                       value(frame.term()),
                       is(s.is_free(frame))       ? "free, "
                       : is(is_zero_frame(frame)) ? "the zero page, "
                                                  : "",
                       value(s.count(frame).term()), value(s.ledger.holders(frame).term()),
                       value(s.others(frame).term()), value(s.pins(frame).term()), value(at.term()),
                       value(s.bytes(frame, at).term()));
  }

  std::string swap_line(const State& s, const Swap& swap) {
    const auto at = any_point().offset;
    const auto cached = is(s.in_memory(swap)) ? value(s.frame_of(swap).term()) : "no frame";
    return fmt::format("{}: named {} times, cached in {}, byte {} is {}", value(swap.term()),
                       value(s.names(swap).term()), cached, value(at.term()),
                       value(s.swap_bytes(swap, at).term()));
  }

  const z3::model& model_;
  const Scene& scene_;
  std::vector<Slot> slots_;
  std::vector<Frame> frames_;
  std::vector<Swap> swaps_;
  std::map<std::string, std::string> names_, roles_;
};

}  // namespace

std::string in_words(const Path& path) {
  std::string text;
  for (const auto& condition : path.conditions) {
    text += (text.empty() ? "" : "; ") + in_words(condition.term());
  }
  return text.empty() ? "the only path" : text;
}

std::string story(const z3::model& model, const SmallWorld& world, const Scene& scene,
                  const State& before, const Path& path) {
  Teller teller(model, world, scene, path);
  std::string text = "  path: " + in_words(path) + "\n";
  text += "  before, obeying every law:\n" + teller.picture(before);
  text += "  the step does:\n";
  for (const auto& deed : path.deeds) text += "    " + teller.deed(deed) + "\n";
  return text + "  after:\n" + teller.picture(path.after);
}

}  // namespace cow::proofs
