package dev.portcullis.ratelimit.login;

/**
 * The result of checking a password, before the client learns it.
 *
 * @param account the key of the account
 */
public record PasswordCheck(String account, boolean failed) {}
