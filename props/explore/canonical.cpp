#include "props/explore/canonical.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace cow::props::explore {

namespace {
constexpr auto fan = Sections::fan;
}  // namespace

/// The names that frames, objects and tokens get, in the order in which they are met.
struct Canonical::Labels {
  std::array<std::uint8_t, Survey::max_frames> of_frame{};  ///< label + 1; 0: none yet
  std::array<std::uint8_t, Survey::max_frames> frame;
  std::uint32_t frames = 0;
  std::array<std::uint8_t, Survey::max_objects> of_object{};
  std::uint32_t objects = 0;
  std::array<std::uint8_t, Survey::max_procs * Survey::max_pages + 1> of_token{};
  std::uint32_t tokens = 0;

  /// The frame's label, given now when it had none.
  std::uint32_t name(std::uint32_t f) {
    if (of_frame[f] == 0) {
      frame[frames] = static_cast<std::uint8_t>(f);
      of_frame[f] = static_cast<std::uint8_t>(++frames);
    }
    return of_frame[f] - 1U;
  }

  void tree(const Survey::Tree& tree, Form& form) {
    for (std::uint32_t i = 0; i < tree.nodes; ++i) {
      const std::uint32_t f = tree.frames[i];
      if (tree.kinds[i] == Survey::Node::table)
        name(f);
      else if (tree.kinds[i] == Survey::Node::small)
        form.put(name(f));
      else
        for (std::uint32_t sub = 0; sub < fan; ++sub) form.put(name(f + sub));
    }
  }

  void object(const Survey& survey, std::uint32_t i, Form& form) {
    const bool known = of_object[i] != 0;
    if (!known) of_object[i] = static_cast<std::uint8_t>(++objects);
    form.put(of_object[i] - 1U);
    if (known) return;
    const auto& t = survey.objects[i].tree;
    for (std::uint32_t at = 0; at < t.shape.size; ++at) form.put(t.shape.at[at]);
    tree(t, form);
  }

  void token(std::uint32_t t, Form& form) {
    if (t == 0) return;
    if (of_token[t] == 0) of_token[t] = static_cast<std::uint8_t>(++tokens);
    form.put(of_token[t]);
  }
};

Canonical::Canonical(const Scope& scope)
    : scope_(scope), blocks_matter_(scope.has_huge()), symmetry_(scope), survey_(scope) {
  if (!complaint(scope).empty()) throw std::invalid_argument(std::string(complaint(scope)));
}

/// Processes whose codes are equal get equal ranks.
void Canonical::rank_processes() {
  const auto procs = scope_.world.procs;
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    const auto &x = survey_.processes[a].code, &y = survey_.processes[b].code;
    if (x.size != y.size) return x.size > y.size;  // the living come first
    return std::memcmp(x.at.data(), y.at.data(), x.size) < 0;
  };
  for (std::uint32_t p = 0; p < procs; ++p) {
    rank_[p] = 0;
    for (std::uint32_t q = 0; q < procs; ++q) {
      if (p != q && less(q, p)) ++rank_[p];
    }
  }
}

/// Which of two orders has the smaller codes in front: below 0, 0 for a tie, above 0. `same`: they
/// differ in the names of the dead only.
int Canonical::compare_ranks(const Symmetry::Order& a, const Symmetry::Order& b, bool& same) const {
  same = true;
  for (std::uint32_t i = 0; i < scope_.world.procs; ++i) {
    if (rank_[a[i]] != rank_[b[i]]) return rank_[a[i]] < rank_[b[i]] ? -1 : 1;
    same &= a[i] == b[i] || !survey_.processes[a[i]].alive;
  }
  return 0;
}

std::span<const std::uint8_t> Canonical::write(const Pair& pair) {
  if (!survey_.look(pair)) return {};
  rank_processes();
  bool same = false;
  auto first = symmetry_.orders().front();
  for (const auto& order : symmetry_.orders()) {
    if (compare_ranks(order, first, same) < 0) first = order;
  }
  order_ = first;
  Form* best = &forms_[0];
  Form* other = &forms_[1];
  write_form(pair, first, *best);
  for (const auto& order : symmetry_.orders()) {
    if (compare_ranks(order, first, same) != 0 || same) continue;
    write_form(pair, order, *other);
    if (!std::lexicographical_compare(other->begin(), other->end(), best->begin(), best->end())) {
      continue;
    }
    std::swap(best, other);
    order_ = order;
  }
  if (best->full) return {};
  return {best->begin(), best->end()};
}

void Canonical::write_form(const Pair& pair, const Symmetry::Order& order, Form& form) {
  Labels labels;
  Form names;
  for (std::uint32_t i = 0; i < scope_.world.procs; ++i) {
    const auto& process = survey_.processes[order[i]];
    if (!process.alive) continue;
    for (std::uint32_t a = 0; a < process.shared_areas; ++a) {
      labels.object(survey_, process.objects[a], names);
    }
    labels.tree(process.tree, names);
    for (std::uint32_t page = 0; page < scope_.end_page - scope_.first_page; ++page) {
      labels.token(process.tokens[page], names);
    }
  }
  form.size = 0;
  form.full = names.full;
  form.put(canonical_form);
  form.put((survey_.memory_was_short ? 1U : 0U) | static_cast<std::uint32_t>(pair.bound.huge_seen())
                                                      << 1);
  if (blocks_matter_) write_blocks(pair.sections, labels, form);
  for (std::uint32_t i = 0; i < scope_.world.procs; ++i) {
    const auto& code = survey_.processes[order[i]].code;
    form.put(code.size);
    form.append(code);
  }
  form.append(names);
  write_bytes(pair.sections, labels, form);
}

/// Where each labelled frame lies: its block, and its place there when a huge leaf covers it; then
/// the list of broken blocks.
void Canonical::write_blocks(const Sections& s, const Labels& labels, Form& form) const {
  std::array<std::uint8_t, Survey::max_frames / fan> of_block{};
  std::uint32_t blocks = 0;
  form.put(labels.frames);
  for (std::uint32_t i = 0; i < labels.frames; ++i) {
    const std::uint32_t b = labels.frame[i] / fan;
    if (of_block[b] == 0) of_block[b] = static_cast<std::uint8_t>(++blocks);
    const bool covered = s.blocks[b].leaves > 0;
    form.put((of_block[b] - 1U) << 3 | (covered ? 4U | labels.frame[i] % fan : 0U));
  }
  for (auto b = s.header->nodes[0].broken; b != machine::none; b = s.links[b].next) {
    form.put(of_block[b] - 1U);
  }
  form.put(0xff);
}

/// Of each data frame which bytes are not 0, and those, named in the order in which they are met.
void Canonical::write_bytes(const Sections& s, const Labels& labels, Form& form) const {
  std::array<std::uint8_t, 256> of_value{};
  std::uint8_t values = 0;
  for (std::uint32_t i = 0; i < labels.frames; ++i) {
    const std::uint32_t f = labels.frame[i];
    if (s.frames[f].kind != machine::FrameKind::data) continue;
    const auto* const page = s.page(f);
    std::uint32_t mask = 0;
    for (std::uint32_t at = 0; at < Sections::page_bytes; ++at) {
      mask |= page[at] != 0 ? 1U << at : 0U;
    }
    form.put(mask & 0xff);
    form.put(mask >> 8);
    for (; mask != 0; mask &= mask - 1) {
      auto& value = of_value[page[std::countr_zero(mask)]];
      if (value == 0) value = ++values;
      form.put(value);
    }
  }
}

}  // namespace cow::props::explore
