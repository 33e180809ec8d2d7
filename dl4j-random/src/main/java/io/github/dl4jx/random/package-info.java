/**
 * Random numbers that are a pure function of (seed, stream, position), written straight into {@link
 * org.nd4j.linalg.api.ndarray.INDArray}s at about the speed of memory.
 *
 * <p>The package promises that a number depends on nothing else: not on the number of threads, not
 * on how an array is split into views (masks, which go by the whole shape, do), not on what was
 * drawn before. A run can therefore be interrupted and resumed, and a mask can be regenerated
 * instead of stored. The numbers of a (seed, stream, position) are part of the interface: a change
 * of them is a breaking change.
 *
 * <p>{@link io.github.dl4jx.random.KeyedRandom} is what to call; {@link
 * io.github.dl4jx.random.Elementwise} and {@link io.github.dl4jx.random.Reductions} give the other
 * modules the same fast loops over arrays.
 *
 * <h2>How it is made</h2>
 *
 * <ul>
 *   <li>Words: Threefry-2x32 with 13 rounds (Salmon et al. 2011), the fewest that its authors call
 *       Crush-resistant. The key is made of seed and stream by the same cipher with 20 rounds.
 *   <li>Masks: a counter of two words decides about sixteen elements, eight by each word,
 *       multiplied by the powers of a multiplier of good lattice structure. The elements of a
 *       counter lie far apart, along the longest dimension.
 *   <li>Normal numbers: the Box-Muller transform of the two words of a counter, in float
 *       arithmetic, with minimax polynomials, and a uniform number of 32 bits whose tail is right
 *       to the last of them: up to 6.76 standard deviations.
 *   <li>Memory: the numbers are made in heap arrays of a few kilobytes, in loops that the JIT
 *       compiler of JDK 17 turns into vector instructions, and copied from and to the off-heap
 *       arrays in bulk. A thread keeps about 120 KB for that; a call allocates nothing off-heap.
 * </ul>
 *
 * <h2>How it was tested</h2>
 *
 * <p>The tests of this module check the published vectors of the cipher, compare every path with
 * the formulas in plain Java, and test 10^8 words, 10^8 normal numbers and 10^8 elements of masks
 * with each of five probabilities for uniformity, moments, tails, Kolmogorov-Smirnov distance and
 * independence of neighbours, streams and seeds.
 *
 * <p>dieharder 3.31.1 ({@code RawWords 2024 3 | dieharder -a -g 200}) over the raw words of one
 * stream, once: of the 81 results of its tests up to {@code rgb_lagged_sum 7}, where the run was
 * cut short, 79 were PASSED and 2 WEAK, none FAILED. WEAK is expected of one in a hundred; the two
 * ({@code diehard_3dsphere} with p = 0.9998, {@code marsaglia_tsang_gcd} with p = 0.997) passed
 * when repeated over other streams (p = 0.64 with five times as many samples; 0.90 and 0.98). Of
 * the rest, {@code rgb_lagged_sum} with the lags 15, 16, 31 and 32, {@code rgb_kstest_test} and all
 * five {@code dab} tests were run over streams of their own, and the other lags not at all: 12
 * results, all PASSED. The words of the first blocks of consecutive streams, as short arrays under
 * many keys use them, got ten of the tests: 40 results, all PASSED.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon et al., "Parallel Random Numbers:
 *     As Easy as 1, 2, 3"</a>
 */
@NullMarked
package io.github.dl4jx.random;

import org.jspecify.annotations.NullMarked;
