/** What a person sees of long work. */
@NullMarked
package io.github.dl4jx.studies.console;

import org.jspecify.annotations.NullMarked;
