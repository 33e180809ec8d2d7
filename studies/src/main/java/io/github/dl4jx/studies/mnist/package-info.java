/**
 * MNIST and Fashion-MNIST for {@code MnistDataSetIterator}, on a fresh machine and without a
 * network.
 *
 * <p>{@link io.github.dl4jx.studies.mnist.Mnist#install()} puts the four files where Deeplearning4j
 * looks for them, {@link io.github.dl4jx.studies.mnist.Fashion#install()} beside them. Promises: no
 * file is used unless its size and SHA-256 are right; a file appears whole or not at all, whoever
 * else installs at the same time; digits that are not MNIST say so in the log and in the returned
 * value, and never lie where MNIST belongs.
 */
@NullMarked
package io.github.dl4jx.studies.mnist;

import org.jspecify.annotations.NullMarked;
