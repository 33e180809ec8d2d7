/**
 * Training that a crash cannot spoil: a run that is killed at any moment goes on to the very bits
 * that it would have reached without.
 *
 * <p>For that, every random number must be a function of a seed and a position ({@link
 * io.github.dl4jx.training.listener.ReproducibleTraining}, {@link
 * io.github.dl4jx.training.resume.ResumableIterator}), and a checkpoint must hold all that the next
 * step depends on ({@link io.github.dl4jx.training.resume.ResumableCheckpoints}). {@link
 * io.github.dl4jx.training.resume.Training} puts these together.
 *
 * <p>A folder is one run's at a time ({@link io.github.dl4jx.training.resume.FolderLock}), and a
 * checkpoint is read only when all that it says has been checked: it may come from anywhere.
 *
 * <p>The same bits need the same number of OpenMP and BLAS threads, which is recorded and compared,
 * and a processor for which OpenBLAS chooses the same kernels.
 */
@NullMarked
package io.github.dl4jx.training.resume;

import org.jspecify.annotations.NullMarked;
