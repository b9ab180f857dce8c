package dev.portcullis.ratelimit.login;

import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import java.util.function.Predicate;

/**
 * The defences that the login limits ask besides their own counters.
 *
 * @param shared addresses that the operator says many users share
 */
public record LoginDefences(KnownClients known, StuffingLimits stuffing, Predicate<AddressRange> shared) {}
