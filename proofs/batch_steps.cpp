#include "proofs/premises.h"

// What is paid for together (impl/kernel/gather.h, and kernel::PageoutBatch): of two pages, so the
// range that is flushed has to reach from one to the other.

namespace cow::proofs {

namespace {

using kernel::Law;

Cond is_one_of_both(const Question& q, const Slot& slot) {
  return slot == q.scene.place || slot == q.scene.child;
}

/// The batch is over when the caller gives up its lock: nothing is owed then.
Goal nothing_is_left_to_flush() {
  return always(Law::tlb_coherent, "both are flushed", [](auto& q) {
    const auto& cpu = any_point().cpu;
    return !q.path.after.cached(cpu, q.scene.place) && !q.path.after.cached(cpu, q.scene.child);
  });
}

Spec unmap_pages() {
  const auto gone = [](auto& q, auto& slot) {
    return is_one_of_both(q, slot) && !q.before.shared(slot);
  };
  Spec step{
      Step::unmap_pages,
      "unmap_pages",
      "page",
      {both_are_of_one_process(),
       given("neither slot is an object's",
             [](auto& s, auto& c) { return !s.is_object(c.place) && !s.is_object(c.child); }),
       given("both are present",
             [](auto& s, auto& c) { return s.present(c.place) && s.present(c.child); })},
      {every_view_is([](auto& q, auto& slot, auto& at) { return q.before.view(slot, at); }, gone),
       last_holder_frees()}};
  for (auto& goal : what_is_owed_is_counted({Scene().place, Scene().child})) {
    step.goals.push_back(goal);
  }
  step.goals.push_back(nothing_is_left_to_flush());
  step.marks.goes = step.marks.two = true;
  step.composed = true;
  return step;
}

Spec zap_huge_pages() {
  auto step = of_huge_pages(unmap_pages());
  step.step = Step::zap_huge_pages;
  step.name = "zap_huge_pages";
  step.code = "huge";
  step.premises.push_back(given("they are two", [](auto&, auto& c) { return c.place != c.child; }));
  return step;
}

Spec protect_pages() {
  const auto has_new_access = always(Law::progress, "both have the new access", [](auto& q) {
    const auto reads = [&](const Slot& slot) {
      return implies(q.path.after.present(slot), q.path.after.readable(slot) == q.scene.new_read);
    };
    return reads(q.scene.place) && reads(q.scene.child);
  });
  Spec step{Step::protect_pages,
            "protect_pages",
            "less_allowed",
            {both_are_of_one_process()},
            {every_view_is_kept(), has_new_access}};
  step.premises.push_back(given("access is ordered, also the new one",
                                [](auto&, auto& c) { return implies(c.new_write, c.new_read); }));
  step.premises.push_back(given("both areas are alike", [](auto& s, auto& c) {
    return s.shared(c.child) == s.shared(c.place) && s.cow(c.child) == s.cow(c.place);
  }));
  for (auto& goal : what_is_owed_is_counted({})) step.goals.push_back(goal);
  return step;
}

/// What others do while it waits for the lock of the swap, the page stays in its frame until the
/// flush.
Spec go_in_batch() {
  auto step = go_out();
  step.step = Step::go_in_batch;
  step.name = "go_in_batch";
  step.code = "go_to_slots";
  return step;
}

}  // namespace

std::vector<Spec> batch_steps() {
  return {unmap_pages(), protect_pages(), go_in_batch(), zap_huge_pages()};
}

}  // namespace cow::proofs
