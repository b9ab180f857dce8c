package dev.portcullis.rooms;

import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import java.util.List;
import java.util.Optional;

/**
 * The facts about the user who asks, and about the user whom a change is about.
 *
 * @param same whether the two are the same user
 * @param conditions both memberships, which must be unchanged when the change is made
 */
record BothUsers(RoomFacts own, Optional<Membership> target, boolean same, List<Condition> conditions) {}
