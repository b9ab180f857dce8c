package dev.portcullis.rooms;

import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the user who asks, and of the one whom a change is about.
 *
 * @param same whether they are one
 * @param conditions both memberships, which must still be so when the change is made
 */
record BothUsers(RoomFacts own, Optional<Membership> target, boolean same, List<Condition> conditions) {}
