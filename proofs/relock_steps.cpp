#include "proofs/premises.h"

// What gives up a lock in between, or has none: other CPUs run there (others.h).

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

/// A forced write may go to private memory whatever its access.
Goal reach_is_allowed(bool force) {
  return on_status(Law::permission, "a write of the kernel is allowed, or forced", Status::ok,
                   [=](auto& q) {
                     const auto& place = q.scene.place;
                     const auto area = q.before.area(place);
                     return !q.before.wp(place) && !q.before.guard(place) &&
                            (area.may_write() || (Cond(force) && !area.is_shared()));
                   });
}

/// What a loop begins another turn with is what it began with: so the turns that were looked at are
/// all that there are.
Goal asks_for_the_same_again() {
  return always(Law::progress, "each turn asks for what the first one asked for",
                [](auto& q) { return Cond(q.path.turns_alike); });
}

Goal nothing_is_in_hand() {
  return always(Law::exact_count, "no reference is left in hand",
                [](auto& q) { return Cond(!q.last || q.path.in_hand == 0); });
}

/// What was unshared is not unshared again.
Goal reaches_what_is_ready(bool force) {
  return on_status(Law::frugal, "what is ready needs no fault", Status::stuck, [=](auto& q) {
    const auto entry = q.before.entry(q.scene.place);
    const Cond owned =
        Cond(force) && !q.before.shared(q.scene.place) && entry.exclusive() && !entry.wp();
    return !(entry.present() && (entry.writable() || owned));
  });
}

/// When it looked the page up, or when it read: other threads may have moved the page meanwhile.
Cond reads_a_view(const Question& q) {
  const auto& segments = q.path.segments;
  const auto shown = [&](const State& state) {
    return *q.path.outcome.read == state.view(q.scene.place, q.scene.offset);
  };
  Cond found = shown(segments.back().before);
  if (segments.size() > 1) found = found || shown(segments[segments.size() - 2].before);
  return found;
}

Spec reach_read() {
  Spec spec{Step::reach_read,
            "reach_read",
            "reach_page",
            {},
            {every_view_is_kept(), success_is_allowed(false), refusal_changes_nothing(),
             on_status(Law::isolation, "what is read is what the reference says", Status::ok,
                       reads_a_view),
             on_status(Law::progress, "what is ready needs no fault", Status::stuck,
                       [](auto& q) {
                         const auto entry = q.before.entry(q.scene.place);
                         return !(entry.present() && entry.readable());
                       }),
             asks_for_the_same_again(), nothing_is_in_hand()}};
  spec.relocks = 2;
  return spec;
}

Spec reach_write(bool force) {
  Spec spec{force ? Step::reach_force : Step::reach_write,
            force ? "reach_force" : "reach_write",
            "reach_page",
            {},
            {every_view_is_as_stored(), refusal_changes_nothing(), reach_is_allowed(force),
             reaches_what_is_ready(force), asks_for_the_same_again(), nothing_is_in_hand()}};
  for (auto& goal : write_is_noted()) spec.goals.push_back(goal);
  spec.relocks = 2;
  spec.marks.written = true;
  return spec;
}

/// Entries are out of use only while a space is held alone.
Invariant is_in_use() {
  return given("it is not out of use", [](auto& s, auto& c) {
    return implies(s.present(c.place), s.readable(c.place) == s.may_read(c.place));
  });
}

Spec fault_read() {
  Spec spec{Step::fault_read,
            "fault_read",
            "fault",
            {of_a_process(), is_in_use()},
            {every_view_is_kept(), refusal_changes_nothing(), fault_grants_access(false),
             success_is_allowed(false), pinned_page_keeps_its_frame()}};
  spec.composed = true;
  return spec;
}

/// One that runs out of memory may have shown a file's page before.
Spec fault_write() {
  Spec spec{Step::fault_write,
            "fault_write",
            "fault",
            {of_a_process(),
             given("an area is shared, or private",
                   [](auto& s, auto& c) { return !(s.shared(c.place) && s.cow(c.place)); })},
            {every_view_is_kept(), fault_grants_access(true), success_is_allowed(true),
             pinned_page_keeps_its_frame()}};
  spec.composed = true;
  spec.marks.written = true;
  return spec;
}

Spec make_exclusive() {
  const auto exclusive =
      on_status(Law::progress, "what is there is the process's own", Status::ok, [](auto& q) {
        const auto entry = q.path.after.entry(q.scene.place);
        return implies(q.before.present(q.scene.place), entry.present() && entry.exclusive());
      });
  return {
      Step::make_exclusive,
      "make_exclusive",
      "make_exclusive",
      {area_is_private()},
      {every_view_is_kept(), refusal_changes_nothing(), exclusive, pinned_page_keeps_its_frame()}};
}

/// Whoever waits for the swap's lock asks again, when it has it, whether the page is its own.
Spec take_alone() {
  Spec spec{
      Step::take_alone,
      "take_alone",
      "write_fault",
      {something_is_present(), is_not_write_protected(),
       given("the area allows writing", [](auto& s, auto& c) { return s.may_write(c.place); })},
      {every_view_is_kept(), refusal_changes_nothing(), fault_grants_access(true),
       pinned_page_keeps_its_frame()}};
  spec.relocks = 1;
  spec.marks.written = true;
  // The zero page is nobody's alone, so nobody waits to have it so.
  spec.never = {"never (frame@1(place) = zero_frame and has_zero)"};
  return spec;
}

Spec pin_slowly() {
  Spec spec{Step::pin_slowly,
            "pin_slowly",
            "pin_slowly",
            {},
            {every_view_is_kept(), refusal_changes_nothing(), asks_for_the_same_again(),
             nothing_is_in_hand()}};
  for (auto& goal : pin_is_good()) spec.goals.push_back(goal);
  spec.relocks = 1;
  return spec;
}

/// A fork that is at work may have found the page without a pin, and goes on to share it.
Cond no_fork_is_at_work(const Question& q) {
  return !Forks::odd(q.before.forks(q.before.process_of(q.scene.place)));
}

Spec pin_fast() {
  Spec spec{
      Step::pin_fast,
      "pin_fast",
      "pin_fast",
      {},
      {every_view_is_kept(),
       on_status(Law::pin_stable, "no fork overlooks the pin", Status::ok, no_fork_is_at_work),
       nothing_is_in_hand()}};
  for (auto& goal : pin_is_good()) spec.goals.push_back(goal);
  spec.relocks = 2;
  return spec;
}

}  // namespace

std::vector<Spec> relock_steps() {
  return {reach_read(),     reach_write(false), reach_write(true), fault_read(), fault_write(),
          make_exclusive(), take_alone(),       pin_slowly(),      pin_fast()};
}

}  // namespace cow::proofs
