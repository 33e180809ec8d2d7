/**
 * Updaters that are named in a network's builder like Deeplearning4j's own: {@code .updater(new
 * SignSgd(0.001))}.
 *
 * <p>Each is a short recipe over the wrappers of {@link io.github.dl4jx.updaters.wrapper}. All are
 * configurations: they survive JSON, YAML and Java serialization, and hold no training state.
 */
@NullMarked
package io.github.dl4jx.updaters;

import org.jspecify.annotations.NullMarked;
