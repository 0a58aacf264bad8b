#ifndef MMSCAN_CSPAWN_H
#define MMSCAN_CSPAWN_H

#include <sys/types.h>

/// Starts a program in a process group of its own, with default signals, whatever this process inherited or ignores, and
/// with no descriptor beside its standard streams.
///
/// \param process Where its number goes.
/// \param words Its path and arguments; the last is NULL.
/// \param variables Its environment; the last is NULL.
/// \param streams Three files that its standard streams are opened on.
/// \param directory Where it runs; here, if NULL.
/// \return 0, or the errno of what failed.
int spawn_program(pid_t *process, char *const words[], char *const variables[], const char *const streams[3],
                  const char *directory);

#endif
