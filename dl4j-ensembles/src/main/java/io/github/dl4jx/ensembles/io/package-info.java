/**
 * Saves and loads ensembles. Files are checked before they are used, never deserialized by Java,
 * and written completely or not at all.
 */
@NullMarked
package io.github.dl4jx.ensembles.io;

import org.jspecify.annotations.NullMarked;
