package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.stuffing.KnownAddresses;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;

/** What the login limits ask besides their own counters. */
public record LoginDefences(KnownAddresses known, StuffingLimits stuffing) {}
