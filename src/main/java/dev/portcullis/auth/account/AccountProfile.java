package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;

/** What a user sees of their own account. */
public record AccountProfile(UserId id, String username, String email) {}
