/**
 * What does this process run? Commands, the configuration file, deployment and shutdown. Owns no state. A start that
 * can't succeed says why in one line and exits with 1.
 */
@NullMarked
package dev.portcullis.app;

import org.jspecify.annotations.NullMarked;
