/**
 * What may an operator see and do? A separate listener for health and metrics. Owns only the last result of the health
 * checks. Without it the node still serves clients.
 */
@NullMarked
package dev.portcullis.admin;

import org.jspecify.annotations.NullMarked;
