"""Operations by name."""

OPERATIONS = {}


def operation(name):
    def register(function):
        OPERATIONS[name] = function
        return function
    return register
