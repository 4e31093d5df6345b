/* The calls for extended attributes of files, which the C library's module leaves out. */
#ifndef CATTRIBUTES_H
#define CATTRIBUTES_H

#include <sys/xattr.h>

#endif
