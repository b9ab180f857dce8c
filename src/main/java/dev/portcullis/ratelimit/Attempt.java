package dev.portcullis.ratelimit;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;

/** One frame that a user would like to send. It carries no time: the store that counts has the clock. */
public record Attempt(UserId user, Role role, FrameType action, int bytes) {}
