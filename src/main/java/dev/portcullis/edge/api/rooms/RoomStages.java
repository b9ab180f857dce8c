package dev.portcullis.edge.api.rooms;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomAuthorizer;

/** Clients of the stages that a call about rooms asks. */
public record RoomStages(
        RateLimiter limiter, RoomAdministration rooms, RoomAuthorizer members, Broadcaster broadcaster) {}
