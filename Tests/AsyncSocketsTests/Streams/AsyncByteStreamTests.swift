import AsyncSockets
import Testing
