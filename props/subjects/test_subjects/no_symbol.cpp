// A shared object that is no subject.
extern "C" int something_else() { return 0; }
