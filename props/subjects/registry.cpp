#include "props/subjects/registry.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "impl/machine/byte_machine.h"
#include "model/trace_words.h"
#include "props/lockstep/lockstep.h"
#include "props/museum/museum.h"
#include "props/subjects/embedded.h"
#include "props/subjects/historic.h"
#include "props/subjects/shared_object.h"

namespace cow::props {

namespace {

const std::string embedded = "embedded";
const std::string museum = "museum:";

std::vector<Provider>& providers() {
  static std::vector<Provider> all;
  return all;
}

bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".so");
}

template <class Geometry>
std::unique_ptr<Session> open_embedded(const model::World& world) {
  return std::make_unique<Lockstep<Embedded<machine::ByteMachine<Geometry>>>>(world, world);
}

std::unique_ptr<Session> open_embedded(const model::World& world) {
  return world.geometry == model::Geometry::tiny ? open_embedded<machine::Tiny>(world)
                                                 : open_embedded<machine::X86_64>(world);
}

/// Null when there is no mutant of that name.
std::unique_ptr<Session> open_mutant(const std::string& name, const model::World& world) {
  const Exhibit* const exhibit = find_exhibit(name);
  if (exhibit == nullptr) return nullptr;
  if (world.geometry == model::Geometry::tiny) return exhibit->open(world);
  throw SubjectError(museum + name + ": the museum's mutants only play in tiny worlds");
}

/// What others do at a fork, and show before the first write, is their own affair.
model::World without_policies(model::World world) {
  const model::World plain;
  world.fork = plain.fork;
  world.zero_page = plain.zero_page;
  world.pool = plain.pool;
  world.count_bits = plain.count_bits;
  world.cpu_pool = plain.cpu_pool;
  world.asids = plain.asids;
  world.nodes = plain.nodes;
  world.zswap = plain.zswap;
  world.flush = plain.flush;
  return world;
}

/// How many letters must be added, removed or changed (Levenshtein).
std::size_t distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char c : from) {
    std::size_t diagonal = row[0]++;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto changed = diagonal + (c == to[i] ? 0 : 1);
      diagonal = row[i + 1];
      row[i + 1] = std::min({changed, row[i] + 1, diagonal + 1});
    }
  }
  return row.back();
}

[[noreturn]] void fail_unknown(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& subject : list_subjects()) known.push_back(subject.name);
  const auto short_name = name.substr(0, 64);  // the search for the nearest is quadratic
  const auto nearest = std::ranges::min(
      known, {}, [&](const std::string& other) { return distance(short_name, other); });
  const bool alike = distance(short_name, nearest) <= nearest.size() / 3;
  throw SubjectError(
      fmt::format("unknown subject {}{}; known are {}, and paths of shared objects, as ./mine.so",
                  model::quoted(name), alike ? fmt::format(" (did you mean {}?)", nearest) : "",
                  fmt::join(known, ", ")));
}

}  // namespace

void add_provider(const Provider& provider) { providers().push_back(provider); }

std::vector<SubjectInfo> list_subjects() {
  std::vector<SubjectInfo> all = {{embedded, "the project's own kernel, with every check"}};
  std::ranges::move(list_historic(), std::back_inserter(all));
  for (const auto& provider : providers())
    std::ranges::move(provider.list(), std::back_inserter(all));
  for (const auto& e : exhibits()) {
    all.push_back({fmt::format("{}{}", museum, e.name), fmt::format("{} ({})", e.bug, e.found)});
  }
  return all;
}

std::unique_ptr<Session> open_session(const std::string& subject, const model::World& world) {
  std::unique_ptr<Session> session;
  if (subject == embedded) session = open_embedded(world);
  if (subject.starts_with(museum)) session = open_mutant(subject.substr(museum.size()), world);
  const auto past = find_historic(subject);
  const auto plain = without_policies(world);
  if (past.system != nullptr) session = open_historic(past, plain);
  for (const auto& provider : providers()) {
    if (session == nullptr) session = provider.open(subject, plain);
  }
  if (session != nullptr) return session;
  if (is_path(subject)) return open_shared_object(load_library(subject), plain);
  fail_unknown(subject);
}

}  // namespace cow::props
