/**
 * Training that survives a crash: the package promises that a run which is killed at any moment
 * goes on to the same weights, bit for bit, as without.
 *
 * <p>For that, every random number must be a function of a seed and a position ({@link
 * io.github.dl4jx.training.listener.ReproducibleTraining}, {@link
 * io.github.dl4jx.training.resume.ResumableIterator}), and a checkpoint must hold all that the next
 * step depends on ({@link io.github.dl4jx.training.resume.ResumableCheckpoints}). {@link
 * io.github.dl4jx.training.resume.Training} puts these together.
 *
 * <p>One run at a time uses a folder ({@link io.github.dl4jx.training.resume.FolderLock}). A
 * checkpoint may come from anywhere: all of it is checked before it is used.
 *
 * <p>The same bits need the same number of OpenMP and BLAS threads, which is recorded and compared,
 * and a processor for which OpenBLAS chooses the same kernels.
 */
@NullMarked
package io.github.dl4jx.training.resume;

import org.jspecify.annotations.NullMarked;
