// Devices without a thought for fork and write: a pinned page is shared with the child, and whoever
// writes first leaves the frame to the other. So did Linux until 2022.
#define CAREFUL false
#include "props/subjects/test_subjects/with_pins.cpp"  // NOLINT(bugprone-suspicious-include)
