#pragma once

#include <functional>

#include "proofs/goals.h"

/// What the steps must achieve that change what an entry says of writes to its page.
namespace cow::proofs {

/// Whatever the step does not speak about stays at `place`, if a page is there: what the entry
/// allows, that it is write-protected, and that it counts as not written, where so asked.
Goal the_rest_stays(bool access, bool wp, bool unwritten);
Goal marks_of_what_is_not_there_stay();
/// Views stay, but for a page of which the process gets a fresh one.
Goal every_view_is_kept_but(std::function<Cond(const Question&)> fresh);

Goal gives_up_what_it_may();
/// Was the page given up, and not written since?
Cond is_dropped(const Question& q);
/// Nothing has to be kept of it, so it takes no page of swap.
Goal drops_what_was_given_up();
/// Its marks go with a page that is dropped, and stay with one that goes to swap.
Goal marks_go_with_the_page();
Goal writes_go_with_the_page();
Goal last_holder_frees_what_goes();

/// What a device writes nobody notes, so what it holds counts as written.
Goal clears_no_more_than_it_may();
Goal clears_what_it_may();

/// `new_write` says what was asked for.
Goal is_protected_as_asked();
Goal letting_go_grants_nothing();

}  // namespace cow::proofs
