package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.rooms.RoomAdministration;

/** The clients of the stages that a call about rooms asks. */
public record RoomStages(RateLimiter limiter, RoomAdministration rooms, MembershipEnd ends, Broadcaster broadcaster) {}
