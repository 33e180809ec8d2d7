/**
 * Programs to start from: each is one file that can be copied into a project of its own, and does
 * what its first comment says without arguments.
 *
 * <pre>
 * mvn -q -Pexample verify -Dexample=LeNetMnist
 * </pre>
 *
 * <p>{@code main} has the numbers that are worth changing; {@code run} is what the tests call with
 * smaller ones. Only {@link io.github.dl4jx.examples.Examples}, which starts the others by name, is
 * not meant to be copied.
 */
@NullMarked
package io.github.dl4jx.examples;

import org.jspecify.annotations.NullMarked;
