#include "proofs/premises.h"

// Entries that are out of use for a while, and what goes on meanwhile: a page goes to another
// frame, or becomes part of a huge one.

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

Invariant is_suspended() {
  return given("it is out of use", [](auto& s, auto& c) {
    return s.present(c.place) && !s.readable(c.place) && !s.writable(c.place);
  });
}
Invariant remembers_what_the_area_allows() {
  return given("it remembers no more than its area allows", [](auto& s, auto& c) {
    return implies(s.kept_readable(c.place), s.may_read(c.place)) &&
           implies(s.kept_writable(c.place), s.may_write(c.place)) &&
           implies(s.kept_writable(c.place),
                   s.kept_readable(c.place) && !s.wp(c.place) && !s.unwritten(c.place));
  });
}
Invariant is_not_pinned() {
  return given("no device holds the frame", [](auto& s, auto& c) {
    return implies(s.present(c.place), s.pins(s.frame(c.place)) == 0);
  });
}

Cond allows_the_same(const Entry& a, const Entry& b) {
  return a.present() == b.present() && a.readable() == b.readable() &&
         a.writable() == b.writable() && a.exclusive() == b.exclusive();
}

Spec suspend_page() {
  const auto out_of_use = always(Law::progress, "it is out of use and remembers", [](auto& q) {
    const auto a = q.before.entry(q.scene.place), b = q.path.after.entry(q.scene.place);
    return b.present() && !b.readable() && !b.writable() && b.frame() == a.frame() &&
           allows_the_same(b.resumed(), a);
  });
  const auto uncached = always(Law::tlb_coherent, "no CPU can still use it", [](auto& q) {
    return !q.path.after.cached(any_point().cpu, q.scene.place);
  });
  return {Step::suspend_page,
          "suspend_page",
          "suspend_page",
          {something_is_present()},
          {every_view_is_kept(), out_of_use, uncached}};
}

Spec resume_page() {
  const auto as_it_was = always(Law::progress, "it allows what it remembered", [](auto& q) {
    const auto a = q.before.entry(q.scene.place), b = q.path.after.entry(q.scene.place);
    return b.frame() == a.frame() && allows_the_same(b, a.resumed());
  });
  return {Step::resume_page,
          "resume_page",
          "resume_page",
          {is_suspended(), remembers_what_the_area_allows(),
           given("what may be written is exclusive, or shared",
                 [](auto& s, auto& c) {
                   return implies(s.kept_writable(c.place),
                                  s.exclusive(c.place) || s.shared(c.place));
                 })},
          {every_view_is_kept(), as_it_was}};
}

Spec migrate_page() {
  const auto same = always(Law::frugal, "it allows what it allowed", [](auto& q) {
    return allows_the_same(q.path.after.entry(q.scene.place), q.before.entry(q.scene.place));
  });
  const auto frees =
      on_status(Law::no_leak, "the frame of the last holder is free", Status::ok, [](auto& q) {
        const auto old = q.before.frame(q.scene.place);
        return implies(q.before.count(old) == 1, q.path.after.is_free(old));
      });
  const auto stays = on_status(Law::refused_unchanged, "without memory it stays where it was",
                               Status::no_memory, [](auto& q) {
                                 const auto any = any_point();
                                 const auto &a = q.before, &b = q.path.after;
                                 return b.frame(q.scene.place) == a.frame(q.scene.place) &&
                                        b.count(any.frame) == a.count(any.frame);
                               });
  return {Step::migrate_page,
          "migrate_page",
          "resume_on",
          {something_is_present(), area_is_private(), is_not_pinned()},
          {every_view_is_kept(), same, frees, stays, pinned_page_keeps_its_frame()}};
}

/// As a whole, with what it does to the swap cache: of a frame that nobody else maps.
Spec migrate_frame() {
  const auto found = on_status(
      Law::progress, "who comes back from swap finds the new frame", Status::ok, [](auto& q) {
        const auto &a = q.before, &b = q.path.after;
        const auto old = a.frame(q.scene.place), fresh = b.frame(q.scene.place);
        return b.in_cache(fresh) == a.in_cache(old) &&
               implies(a.in_cache(old), b.swap_of(fresh) == a.swap_of(old)) &&
               b.is_merged(fresh) == a.is_merged(old);
      });
  const auto moves_what_is_alone =
      on_status(Law::pin_stable, "nobody else holds it", Status::ok,
                [](auto& q) { return q.before.count(q.before.frame(q.scene.place)) == 1; });
  auto step = migrate_page();
  step.step = Step::migrate_frame;
  step.name = step.code = "migrate_frame";
  step.premises.clear();
  step.goals.push_back(found);
  step.goals.push_back(moves_what_is_alone);
  return step;
}

/// `child` is the mapping that moved before: it names the new frame.
Spec migrate_sharer() {
  const auto joins = always(Law::progress, "it shares the new frame", [](auto& q) {
    const auto a = q.before.entry(q.scene.place), b = q.path.after.entry(q.scene.place);
    return b.frame() == q.before.frame(q.scene.child) && allows_the_same(b, a.resumed());
  });
  return {
      Step::migrate_sharer,
      "migrate_sharer",
      "resume_on",
      {is_suspended(), area_is_private(), remembers_what_the_area_allows(),
       given("it was shared, so it may not be written",
             [](auto& s, auto& c) { return !s.exclusive(c.place) && !s.kept_writable(c.place); }),
       given("the new frame is another's, private and shared alike",
             [](auto& s, auto& c) {
               return s.present(c.child) && !s.shared(c.child) && !s.exclusive(c.child) &&
                      s.frame(c.child) != s.frame(c.place) && !s.of_object(s.frame(c.child));
             }),
       given("it has the same bytes",
             [](auto& s, auto& c) {
               const auto at = any_point().offset;
               return s.bytes(s.frame(c.child), at) == s.bytes(s.frame(c.place), at);
             })},
      {every_view_is_kept(), joins}};
}

/// The frame of `child` serves to name the part of the huge page.
Spec gather_page() {
  const auto arrives =
      always(Law::isolation, "the huge page shows what the page showed", [](auto& q) {
        const auto at = any_point().offset;
        const auto part = q.before.frame(q.scene.child);
        return q.path.after.bytes(part, at) == q.before.view(q.scene.place, at) &&
               !q.path.after.present(q.scene.place);
      });
  Spec spec{
      Step::gather_page,
      "gather_page",
      "gather_page",
      {area_is_anonymous(), is_not_pinned(),
       given("what is present is out of use",
             [](auto& s, auto& c) { return implies(s.present(c.place), !s.readable(c.place)); }),
       given("it is not in swap, write-protected or a guard",
             [](auto& s, auto& c) {
               return !s.swapped(c.place) && !s.wp(c.place) && !s.guard(c.place);
             }),
       given("no small entry names the part of the huge page",
             [](auto& s, auto& c) { return s.count(s.frame(c.child)) == 0; })},
      {other_views_are_kept(), arrives, last_holder_frees(), pinned_page_keeps_its_frame()}};
  spec.marks.goes = true;
  return spec;
}

}  // namespace

std::vector<Spec> suspend_steps() {
  return {suspend_page(),  resume_page(),    migrate_page(),
          migrate_frame(), migrate_sharer(), gather_page()};
}

}  // namespace cow::proofs
