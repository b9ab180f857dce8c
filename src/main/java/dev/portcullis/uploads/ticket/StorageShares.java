package dev.portcullis.uploads.ticket;

/**
 * How the {@link Storage} is shared out. Percentages are of what is free while nothing is held; the fuller the place is, the less they
 * are of what is still free: see {@link SharePolicy}.
 *
 * @param newMs how long a user is new
 * @param reservePercent of the storage, which is for users who are not new and hold little
 * @param userPercent of the rest, for a user who is not new
 * @param newUserPercent of the rest, for a new user
 * @param addressPercent of the rest, for all new users of an address
 */
public record StorageShares(long newMs, int reservePercent, int userPercent, int newUserPercent, int addressPercent) {}
