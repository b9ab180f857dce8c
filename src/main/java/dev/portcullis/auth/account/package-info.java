/**
 * Who has an account here? Registers users, checks their passwords, and keeps the families of their refresh tokens. Owns
 * the accounts, behind a port. While its store can't answer, no user logs in, and open sessions stay open.
 */
@NullMarked
package dev.portcullis.auth.account;

import org.jspecify.annotations.NullMarked;
