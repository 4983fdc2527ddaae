"""The catalogue of answers that are not the one asked for; those of the rules are in the domain."""

from __future__ import annotations

from typing import Final

# code -> status, Chinese, English. Each says what to do.
PROBLEMS: Final[dict[str, tuple[int, str, str]]] = {
    "E_SIGN_IN": (401, "请先登录。", "Sign in first."),
    "E_SIGN_IN_FAILED": (
        401, "用户名或口令不正确，请重新输入。",
        "The user name or the password is wrong. Try again.",
    ),
    "E_LOCKED": (
        429, "连续五次输入错误，请十五分钟后再试，或请系统管理员处理。",
        "Five attempts failed. Try again in fifteen minutes or ask the system administrator.",
    ),
    "E_BUSY": (503, "登录的人太多，请稍后再试。", "Too many people sign in. Try again shortly."),
    "E_FORBIDDEN": (
        403, "您的岗位没有这项权限。如需办理，请联系安全管理员授权。",
        "Your role does not allow this. Ask the security administrator for the power.",
    ),
    "E_UNDECLARED": (403, "该页面未声明权限，已拒绝。", "This route declares no guard; refused."),
    "E_OUT_OF_SCOPE": (
        403, "该单位不在您的数据范围内。", "This unit is outside your scope.",
    ),
    "E_CSRF": (
        403, "页面已过期，请刷新后重新提交。", "The page has expired. Reload it and submit again.",
    ),
    "E_UNKNOWN_USER": (404, "没有这个账号。", "There is no such account."),
    "E_OWN_ACCOUNT": (
        422, "不能停用自己的账号，请由另一位系统管理员办理。",
        "Nobody disables the own account. Ask another system administrator.",
    ),
    "E_ACCOUNT_DISABLED": (
        422, "该账号已停用，请先启用。", "The account is disabled. Enable it first.",
    ),
    "E_TOKEN_FOR_ADMINISTRATOR": (
        422, "三员账号不签发令牌，请为程序另建业务账号。",
        "An administrator's account gets no token. Make an account for the program.",
    ),
    "E_TOKEN_LABEL": (
        409, "该账号已有同一用途的有效令牌。请先撤销，或换一个用途。",
        "The account has a live token for this purpose. Revoke it, or name another purpose.",
    ),
    "E_TOKEN_UNKNOWN": (
        404, "没有这个有效令牌，可能已经撤销。", "There is no such live token; it may be revoked.",
    ),
    "E_NOT_FOUND": (404, "没有找到。请检查地址或编号。", "Not found. Check the address or number."),
    "E_METHOD": (405, "此地址不支持该请求方式。", "This address does not take that method."),
    "E_TOO_LARGE": (413, "提交的内容过大。", "The request is too large."),
    "E_MEDIA_TYPE": (415, "请以 application/json 提交。", "Send application/json."),
    "E_JSON": (400, "提交的内容不是有效的 JSON。", "The body is not valid JSON."),
    "E_JSON_DEPTH": (400, "JSON 嵌套过深。", "The JSON is nested too deeply."),
    "E_JSON_NUMBER": (
        400, "数字须为整数，金额以分为单位，不接受小数和科学计数。",
        "Numbers must be plain integers (money in fen); no fractions, no exponents.",
    ),
    "E_JSON_DUPLICATE": (400, "JSON 中有重复的字段。", "A field appears twice in the JSON."),
    "E_JSON_TEXT": (
        400, "文字中含有无法保存的字符。", "A text holds a character that cannot be kept.",
    ),
    "E_FIELDS": (400, "提交的字段有误，请按提示更正。", "Some fields are wrong; see the list."),
    "E_PARAMETER": (400, "参数有误，请按提示更正。", "A parameter is wrong; see the list."),
    "E_IDEMPOTENCY_KEY": (
        400, "须提供 Idempotency-Key 请求头（UUID）。",
        "The header Idempotency-Key (a UUID) is needed.",
    ),
    "E_IF_MATCH": (
        400, 'If-Match 须写作 "流名=版本号"，如 "asset:A1=3"。',
        'If-Match must read "stream=version", such as "asset:A1=3".',
    ),
    "E_VERSION": (
        412, "数据已被他人更新，请刷新后重新提交。",
        "The record has changed since you read it. Reload it and submit again.",
    ),
    "E_DAY_FUTURE": (
        400, "截止日期不能晚于今天。", "The as-of date may not lie in the future.",
    ),
    "E_KNOWN_AT": (
        400, "已知时点须为带时区的时间，如 2026-03-31T18:00:00+08:00。",
        "known_at needs a time with its zone, such as 2026-03-31T18:00:00+08:00.",
    ),
    "E_REQUEST": (400, "请求有误。", "The request is not valid."),
    "E_UNAVAILABLE": (
        503, "数据库暂时没有应答，请稍后用同一编号重试。",
        "The database gives no answer. Try again under the same key.",
    ),
    "E_INTERNAL": (
        500, "系统出错，已记录。请把编号告诉管理员。",
        "Something went wrong and was logged. Give the number to the operator.",
    ),
    # Files of events.
    "E_ATTACHMENT_DAMAGED": (
        409, "附件文件与登记时的摘要不符。请联系系统管理员从备份恢复，或重新上传原文件。",
        "The file no longer has the digest that was recorded. Ask the operator for the backup, or "
        "send the same file again.",
    ),
    "E_ATTACHMENT_DANGEROUS": (
        415, "这种文件可能有害，不能作为附件。请改存为 PDF 或图片后上传。",
        "Files of this kind may do harm and are not kept. Save it as PDF or as a picture.",
    ),
    "E_ATTACHMENT_GONE": (
        410, "附件文件已不在服务器上。请联系系统管理员从备份恢复，或重新上传原文件。",
        "The file is gone from the server. Ask the operator for the backup, or send it again.",
    ),
    "E_ATTACHMENT_MANY": (
        400, "附件过多，请分几次办理。", "Too many files at a time; give them in parts.",
    ),
    "E_ATTACHMENT_MISSING": (
        422, "没有收到所列的附件，或大小不符。请先上传文件。",
        "A file that is named was not received, or has another size. Upload it first.",
    ),
    "E_ATTACHMENT_NO_DATA_DIR": (
        503, "此服务器没有数据目录，不能保存附件。请联系系统管理员。",
        "This server has no data directory, so no files are kept. Ask the operator.",
    ),
    "E_ATTACHMENT_NO_SPACE": (
        507, "服务器磁盘空间不足，附件没有保存。请联系系统管理员。",
        "The server's disk is full; the file was not kept. Ask the operator.",
    ),
    "E_ATTACHMENT_TOO_LARGE": (
        413, "附件过大。请压缩图片或分成几份后上传。",
        "The file is too large. Make the picture smaller or split it.",
    ),
    "E_ATTACHMENT_TYPE": (
        415, "不认识这种文件。请改存为 PDF 或图片后上传。",
        "This kind of file is not kept. Save it as PDF or as a picture.",
    ),
    # Workbooks and other files that are read.
    "E_FILE_BOMB": (422, "文件解压后过大。", "The file is too large when unpacked."),
    "E_FILE_BROKEN": (
        422, "文件已损坏，无法读取。请用表格软件打开，另存后再上传。",
        "The file is damaged. Open it in a spreadsheet, save it anew and send that.",
    ),
    "E_FILE_COLUMNS": (422, "列数过多，请删去多余的列。", "Too many columns; remove some."),
    "E_FILE_EMPTY": (400, "没有收到文件，或文件是空的。", "No file was sent, or it is empty."),
    "E_FILE_ENCODING": (
        422, "文件编码无法识别。请另存为 .xlsx 或 UTF-8 的 CSV。",
        "The file's encoding is unknown. Save it as .xlsx or as UTF-8 CSV.",
    ),
    "E_FILE_ENTITIES": (
        422, "工作簿含有不允许的实体定义。请用表格软件另存后再上传。",
        "The workbook defines entities, which is refused. Save it anew in a spreadsheet.",
    ),
    "E_FILE_KIND": (
        422, "文件不是可以读取的工作簿。请另存为 .xlsx 或 CSV。",
        "The file is no workbook that can be read. Save it as .xlsx or CSV.",
    ),
    "E_FILE_NO_HEADER": (
        422, "没有找到标题行。请确认文件中有栏目名称。",
        "No row of headings was found. See that the columns have their names.",
    ),
    "E_FILE_PASSWORD": (
        422, "文件有密码保护。请取消密码后再上传。",
        "The file has a password. Remove it and send the file again.",
    ),
    "E_FILE_ROWS": (422, "行数过多，请拆分文件。", "Too many rows; split the file."),
    "E_FILE_TOO_LARGE": (422, "文件过大，请拆分后再导入。", "The file is too large; split it."),
    # Imports of cards.
    "E_IMPORT_COLUMN_TWICE": (
        422, "两列对应了同一字段，请只保留一个。", "Two columns are read as one field; keep one.",
    ),
    "E_IMPORT_ERRORS": (
        422, "还有错误。请更正文件后重新上传，或确认只导入没有错误的行。",
        "Errors are left. Correct the file, or confirm leaving those rows out.",
    ),
    "E_IMPORT_FILE_GONE": (
        410, "该批次的文件已不在服务器上，请重新上传。",
        "The files of this batch are gone from the server. Upload the workbook again.",
    ),
    "E_IMPORT_NOTHING": (422, "没有可以导入的卡片。", "There is no card to import."),
    "E_IMPORT_NO_DATA_DIR": (
        503, "此服务器没有数据目录，不能导入文件。请联系系统管理员。",
        "This server has no data directory, so files are not imported. Ask the operator.",
    ),
    "E_IMPORT_STATUS": (
        409, "该批次现在不能这样办理，请刷新页面。",
        "The batch does not allow this now. Reload the page.",
    ),
    "E_IMPORT_UNKNOWN": (404, "没有这个导入批次。", "There is no such import batch."),
    # Labels, photos and scanning guns.
    "E_FONT_MISSING": (
        422, "服务器没有中文字体，无法打印。请联系系统管理员。",
        "The server has no Chinese font, so nothing can be printed. Ask the operator.",
    ),
    "E_FONT_SETTING": (
        422, "字体设置指向的文件不可用。请联系系统管理员。",
        "The font setting names no usable font file. Ask the operator.",
    ),
    "E_GUN_BURST": (
        422, "一次传入的内容过长，请用批量文件导入。",
        "Too much came at once. Import it as a batch file.",
    ),
    "E_GUN_FILE_ENCODING": (
        422, "文件编码无法识别，请另存为 UTF-8 或 GBK 文本后再传。",
        "The file's encoding is unknown. Save it as UTF-8 or GBK text and send it again.",
    ),
    "E_GUN_FILE_SIZE": (422, "扫描文件过大，请分成几个文件。", "The file is too large; split it."),
    "E_GUN_TIME": (
        422, "扫描时间不是有效的日期时间，请核对扫描枪的时钟设置。",
        "The scan time is no valid date and time. Check the gun's clock.",
    ),
    "E_IMAGE_BYTES": (422, "照片文件过大，请压缩后再上传。", "The photo is too large; shrink it."),
    "E_IMAGE_DAMAGED": (
        422, "照片文件不完整或已损坏，请重新上传。",
        "The photo file is cut short or damaged. Upload it again.",
    ),
    "E_IMAGE_EMPTY": (
        422, "收到的照片是空文件，请重新拍摄或上传。",
        "The photo is an empty file. Take or upload it again.",
    ),
    "E_IMAGE_FORMAT": (
        422, "这不是可读取的照片。请用 JPEG、PNG、WebP 或 BMP。",
        "Not a readable photo. Use JPEG, PNG, WebP or BMP.",
    ),
    "E_IMAGE_PIXELS": (
        422, "照片像素过多，请降低分辨率后再上传。",
        "The photo has too many pixels. Send a smaller one.",
    ),
    "E_KEYS_FILE": (
        503, "标签密钥文件已损坏。请联系系统管理员从备份恢复。",
        "The label key file is damaged. Ask the operator for the backup.",
    ),
    "E_KEYS_FULL": (
        422, "标签密钥已用完全部编号，不能再轮换。",
        "All label key ids are used. The ring cannot be rotated again.",
    ),
    "E_KEYS_PERMISSION": (
        503, "标签密钥文件能被其他用户读取。请联系系统管理员。",
        "Other users of the server can read the label keys. Ask the operator.",
    ),
    "E_LABEL_BASE_URL": (
        422, "标签网址的设置不能用。请联系系统管理员。",
        "The label address that is set cannot be used. Ask the operator.",
    ),
    "E_LABEL_CHECK": (
        400, "标签号的校验位不对。请再扫一次，或核对后重输。",
        "The check sign is wrong. Scan the label again, or type it again.",
    ),
    "E_LABEL_COUNT": (422, "标签张数不合要求，请调整选择。", "Change the number of labels."),
    "E_LABEL_CUT": (
        400, "标签内容不完整，请再扫一次。", "Only part of the label was read. Scan it again.",
    ),
    "E_LABEL_FORGED": (
        404, "标签签名不符，可能是伪造的标签。请保留实物并报资产管理员。",
        "The signature is wrong. Keep the thing and tell the asset officer.",
    ),
    "E_LABEL_FORM": (
        400, "这不是本系统的标签，请按资产编号查找。",
        "Not a label of this system. Look the asset up by number.",
    ),
    "E_LABEL_FORM_FIELD": (
        400, "打印标签的栏目有误，请按提示更正。", "A field of the label form is wrong; see it.",
    ),
    "E_LABEL_NO_DATA_DIR": (
        503, "此服务器没有数据目录，不能核对或打印标签。请联系系统管理员。",
        "This server has no data directory, so labels are neither checked nor printed. Ask the "
        "operator.",
    ),
    "E_LABEL_PLACES": (
        400, "已用格数须在 0 到 39 之间。", "Places used up: a number from 0 to 39.",
    ),
    "E_LABEL_RETIRED": (
        404, "这是已更换的旧标签。请撕下旧标签，贴上新标签。",
        "This label was replaced. Take it off and put the new one on.",
    ),
    "E_LABEL_SIZE": (422, "没有这种标签规格，请另选。", "There is no such label size."),
    "E_LABEL_UNKNOWN": (
        404, "没有找到这个标签对应的资产，或者它不在您的数据范围内。",
        "No asset carries this label, or it is outside your scope.",
    ),
    # Questions.
    "E_CARD_UNNAMED": (
        400, "请给出资产编号、卡片编号或标签号之一。",
        "Name the asset by its id, a card number or a label number.",
    ),
    "E_CURSOR": (
        400, "翻页标记无效。请从第一页重新查询。",
        "The cursor is not valid. Start again from the first page.",
    ),
    "E_PROCESS_UNNAMED": (400, "请给出业务单编号。", "Name the process by its id."),
    "E_TOO_MANY": (400, "一次查询过多，请分批办理。", "Too many at a time; ask in parts."),
    # The log.
    "E_APPEND_INVALID": (
        400, "写入请求无效。请更正后重新提交。",
        "The append is not valid. Correct and submit again.",
    ),
    "E_BODY_UNREADABLE": (
        500, "有一条记录无法读取。请联系系统管理员。", "A record cannot be read. Ask the operator.",
    ),
    "E_CLAIMED": (409, "编号已被占用。请换一个编号。", "The number is taken. Use another one."),
    "E_COMMAND_REUSED": (
        422, "命令编号已用于另一项内容不同的请求。请使用新的编号。",
        "The command id was used for a request with another content. Use a new id.",
    ),
    "E_CONCURRENCY": (
        409, "数据已有新的变动。请刷新后重新提交。",
        "The record has changed since it was read. Reload it and submit again.",
    ),
    "E_LOG_FAILED": (
        500, "数据库拒绝写入。请联系系统管理员。",
        "The database refused to write. Ask the operator.",
    ),
    "E_LOG_UNAVAILABLE": (
        503, "数据库暂时没有应答。请用同一命令编号再次提交，不会重复记账。",
        "The database gives no answer. Submit again under the same command id; nothing is recorded "
        "twice.",
    ),
    "E_READ_SET_CHANGED": (
        409, "判断所依据的数据已变动。请重新提交。",
        "What the decision relied on has changed. Submit again.",
    ),
}  # fmt: skip
