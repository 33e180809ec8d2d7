/**
 * A search in a folder: what it searches, what has happened so far, and the trials with their
 * checkpoints. Several processes may share it; each may be killed at any moment.
 *
 * <pre>
 * search.json        space, sampler, schedule, seed, workers, data: another search is refused
 * journal.jsonl      what happened, in the order of the virtual clock, a line an event
 * trial-00012/       configuration.json, scores.jsonl and checkpoints of a trial
 * </pre>
 *
 * <p>The journal is the same whoever writes it, times apart: each process computes the same events,
 * and appends those that are not there yet.
 */
@NullMarked
package io.github.dl4jx.tuning.store;

import org.jspecify.annotations.NullMarked;
