/**
 * Saving and loading. What is read is checked before it is used, and never deserialized by Java;
 * nothing half-written is left behind.
 */
@NullMarked
package io.github.dl4jx.ensembles.io;

import org.jspecify.annotations.NullMarked;
