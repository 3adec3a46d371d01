import { CometContext } from "@encke/adapter-nest";
import { type CanActivate, type ExecutionContext, ForbiddenException } from "@nestjs/common";

/** Who speaks in a room must be in it. */
export class InRoomGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { session, channel } = CometContext.of(context);
    if (session?.isSubscribedTo(channel) === true) return true;
    throw new ForbiddenException("Enter the room first.");
  }
}
