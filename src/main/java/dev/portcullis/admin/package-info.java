/**
 * What may an operator see and do? A listener of its own with health and metrics. Owns no state but the last look at the
 * node's health. Without it the node serves on, unseen.
 */
@NullMarked
package dev.portcullis.admin;

import org.jspecify.annotations.NullMarked;
