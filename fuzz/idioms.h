#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/reference.h"
#include "props/draw/random.h"

/// Little stories around which copy-on-write bugs gather, and which single operations seldom form.
namespace cow::fuzz {

/// Who plays and where, chosen so that the operations are likely to succeed.
class Scene {
 public:
  /// `now` is what the operations before left behind.
  Scene(const model::Reference& now, props::Random& random);

  std::uint8_t parent;             ///< a living process if there is one
  std::uint8_t child, grandchild;  ///< dead if there are enough names
  std::uint32_t fan;               ///< small pages in a huge page
  std::uint32_t page_bytes;
  std::uint32_t block;        ///< the first page of some huge page
  std::uint32_t page;         ///< some page of that huge page
  std::uint32_t other_block;  ///< the first page of the next huge page, the first after the last

  std::uint8_t cpu() { return static_cast<std::uint8_t>(random_.below(cpus_)); }
  std::uint8_t value() { return static_cast<std::uint8_t>(random_.between(1, 255)); }
  bool coin() { return random_.one_in(2); }
  std::uint32_t cpus() const { return cpus_; }
  /// Of all processes, dead ones too.
  std::vector<std::uint8_t> names() const;
  props::Random& random() { return random_; }

 private:
  props::Random& random_;
  std::uint32_t cpus_, procs_;
};

struct Idiom {
  std::string_view name;
  std::vector<model::Op> (*tell)(Scene&);
};

std::span<const Idiom> idioms();

/// An idiom that fits what the reference knows now; one of its operations may run out of memory.
std::vector<model::Op> draw_idiom(const model::Reference& now, props::Random& random);

}  // namespace cow::fuzz
