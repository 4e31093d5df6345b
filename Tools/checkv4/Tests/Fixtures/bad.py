import socket

def peer(connection):
    host, port = connection.getpeername()
    return host

server = socket.create_server(("", 80))
